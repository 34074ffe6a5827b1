/** What of a text can be the call of a function of the runtime: what is expanded or gets a value is a variable. */
const call = /(?<![\w$]|\$\{#?|\bfor )ts_\w+\b(?!=)/g;

/**
 * What a program says where it asks for more than a step by itself, with the functions that the parts which are always
 * there call then. Nothing else of them calls a function of a part that is not.
 */
export const callsOnDemand: Readonly<Record<string, readonly string[]>> = {
  TS_AROUND: ['ts_capture', 'ts_restore'],
  TS_DEVICES: ['ts_capture_device', 'ts_restore'],
  'TS_FILES_OWNED=1': ['ts_file_mine', 'ts_file_needed', 'ts_file_own', 'ts_foretold_owned', 'ts_inv_mode'],
  ts_body: ['ts_ask', 'ts_asked'],
};

/** A name that is put together from this and a value, as `"ts_rule_$kind"`. */
const beginning = /(?<=")ts_\w+_(?=\$)/g;

/**
 * The functions of the runtime that shell text may call, and maybe some names of variables. Where a name is put together
 * as the text runs, its beginning stands there with a `*`.
 */
export function callsIn(text: string): ReadonlySet<string> {
  const found = new Set(text.match(call));
  for (const one of text.match(beginning) ?? []) found.add(`${one}*`);
  for (const [name, functions] of Object.entries(callsOnDemand)) {
    // Steps that may be undone say it by their number.
    if (text.includes(name) || text.includes(`${name.toLowerCase()}_`))
      for (const one of functions) found.add(one);
  }
  return found;
}

/** The functions of a part of the runtime with their text. */
export function functionsOf(text: string): ReadonlyMap<string, string> {
  const pieces = text.split(/^(?=ts_\w+\(\))/m);
  return new Map(
    pieces.flatMap((piece) => {
      const [head, name] = /^(ts_\w+)\(\)/.exec(piece) ?? [];
      return head === undefined || name === undefined ? [] : [[name, piece.slice(head.length)] as const];
    }),
  );
}

/**
 * For each function of a runtime, which of its optional parts a program has to bring along that calls it: those with the
 * functions that it calls, and that these call.
 *
 * @param always - texts of the parts that are there anyway
 * @param optional - texts of the others, by name
 */
export function partsByFunction(
  always: readonly string[],
  optional: ReadonlyMap<string, string>,
): Readonly<Record<string, readonly string[]>> {
  const partOf = new Map<string, string>();
  const calls = new Map<string, readonly string[]>();
  for (const [part, text] of [...always.map((text) => [undefined, text] as const), ...optional]) {
    for (const [name, code] of functionsOf(text)) {
      if (part !== undefined) partOf.set(name, part);
      calls.set(name, [...callsIn(code)]);
    }
  }
  const named = (name: string): readonly string[] =>
    name.endsWith('*') ? [...calls.keys()].filter((one) => one.startsWith(name.slice(0, -1))) : [name];
  const reached = (name: string, found = new Set<string>()): ReadonlySet<string> => {
    found.add(name);
    for (const one of (calls.get(name) ?? []).flatMap(named)) {
      // That is done only for programs that have asked for it.
      const isOnDemand = !partOf.has(name) && partOf.has(one);
      if (calls.has(one) && !found.has(one) && !isOnDemand) reached(one, found);
    }
    return found;
  };
  return Object.fromEntries(
    [...calls.keys()].flatMap((name) => {
      const parts = new Set([...reached(name)].flatMap((one) => partOf.get(one) ?? []));
      return parts.size === 0
        ? []
        : [[name, [...optional.keys()].filter((part) => parts.has(part))] as const];
    }),
  );
}
