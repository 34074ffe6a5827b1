import { crc32 } from 'node:zlib';

/** One member of a zip archive, as hostile as a test wants it. */
export interface ZipMember {
  readonly name: string | Buffer;
  readonly content?: string;
  /** Type and permissions as Unix has them, such as `0o120777` for a symbolic link. @defaultValue 0o100644 */
  readonly mode?: number;
}

/** A zip archive of these members, not compressed, which no program had a say in. */
export function zipOf(members: readonly ZipMember[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content = '', mode = 0o100644 } of members) {
    const [bytes, body] = [Buffer.from(name), Buffer.from(content)];
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(0x21, 8);
    shared.writeUInt32LE(crc32(body), 10);
    shared.writeUInt32LE(body.length, 14);
    shared.writeUInt32LE(body.length, 18);
    shared.writeUInt16LE(bytes.length, 22);
    const entry = Buffer.alloc(14);
    entry.writeUInt32LE((mode << 16) >>> 0, 6);
    entry.writeUInt32LE(offset, 10);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), shared, bytes, body]);
    // 3 says that the mode is that of Unix.
    directory.push(Buffer.from('PK\x01\x02\x14\x03'), shared, entry, bytes);
    parts.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06');
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, central, end]);
}
