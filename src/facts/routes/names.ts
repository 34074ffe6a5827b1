/** A routing table that has a name. */
export interface RoutingTable {
  readonly number: number;
  readonly name: string;
}

/** Numbers of a file such as rt_tables, and the names that it gives them. */
export class Names {
  readonly #names = new Map<number, string>();
  readonly #numbers = new Map<string, number>();

  /** @param known what is so on every host, unless its own file says otherwise */
  constructor(lines: readonly string[], known: Readonly<Record<string, number>>) {
    for (const [name, number] of Object.entries(known)) this.#add(number, name);
    for (const line of lines) {
      const [, number, name] = /^\s*(0x[\da-f]+|\d+)\s+([^\s#]\S*)/i.exec(line) ?? [];
      if (name !== undefined) this.#add(Number(number), name);
    }
  }

  #add(number: number, name: string): void {
    this.#names.set(number, name);
    this.#numbers.set(name, number);
  }

  /** By name of the number that `ip` printed, by name or by number. */
  number(word: string): number | undefined {
    return isNumber(word) ? Number(word) : this.#numbers.get(word);
  }

  /** The name of what `ip` printed; a number that has none stays as it is. */
  name(word: string): string {
    return isNumber(word) ? (this.#names.get(Number(word)) ?? word) : word;
  }

  /** As {@link name}, or undefined. */
  nameOf(number: number): string | undefined {
    return this.#names.get(number);
  }

  all(): readonly RoutingTable[] {
    return [...this.#names]
      .map(([number, name]) => ({ number, name }))
      .toSorted((a, b) => a.number - b.number);
  }
}

const isNumber = (word: string): boolean => /^(?:0x[\da-f]+|\d+)$/i.test(word);

/** What is needed to read a line of `ip`. */
export interface LineNames {
  readonly tables: Names;
  readonly protocols: Names;
  /** Of types of service. */
  readonly services: Names;
  /** The protocol of a route or rule that says none. */
  readonly silent: string | undefined;
}

/** The table that a word of `ip` means. */
export function tableOf(
  word: string,
  { tables }: LineNames,
): { readonly table: number; readonly tableName: string | undefined } {
  const table = tables.number(word);
  if (table === undefined) throw new Error(`no number is known of the table ${word}`);
  return { table, tableName: tables.nameOf(table) };
}

/** The type of service that a word of `ip` means. */
export function tosOf(word: string, { services }: LineNames): number {
  const tos = services.number(word);
  if (tos === undefined) throw new Error(`no number is known of the type of service ${word}`);
  return tos;
}
