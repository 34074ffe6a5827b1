/** One member of a tar archive, as hostile as a test wants it. */
export interface Member {
  readonly name: string | Buffer;
  /** `0` file, `1` hard link, `2` symbolic link, `3` character device, `5` folder, `6` pipe. @defaultValue '0' */
  readonly type?: string;
  readonly to?: string;
  readonly content?: string;
  readonly mode?: number;
}

/** A tar archive of these members, which no program had a say in. */
export function tarOf(members: readonly Member[]): Buffer {
  const blocks = members.flatMap(({ name, type = '0', to = '', content = '', mode = 0o644 }) => {
    const head = Buffer.alloc(512);
    const number = (value: number, at: number, size: number): void => {
      head.write(`${value.toString(8).padStart(size - 1, '0')}\0`, at);
    };
    head.set(Buffer.from(name).subarray(0, 100));
    number(mode, 100, 8);
    number(0, 108, 8);
    number(0, 116, 8);
    number(content.length, 124, 12);
    number(0, 136, 12);
    head.write(' '.repeat(8), 148);
    head.write(type, 156);
    head.write(to, 157, 100);
    head.write('ustar\x0000', 257);
    number(1, 329, 8);
    number(3, 337, 8);
    head.write(
      `${head
        .reduce((sum, byte) => sum + byte, 0)
        .toString(8)
        .padStart(6, '0')}\0 `,
      148,
    );
    return [head, Buffer.from(content.padEnd(Math.ceil(content.length / 512) * 512, '\0'))];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}
