import { createHash } from 'node:crypto';

/** What a text in ASCII armor holds, or what is wrong with it. */
export type ReadKeys = { readonly fingerprints: readonly string[] } | { readonly problem: string };

/**
 * The fingerprints of the primary keys in an armored text of public keys.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9580 for armor, packets and fingerprints
 */
export function readKeys(text: string): ReadKeys {
  const blocks = [...text.matchAll(/-----BEGIN ([A-Z ]+)-----([\s\S]*?)-----END \1-----/g)];
  if (blocks.length === 0) {
    return {
      problem:
        'it holds no key in ASCII armor (-----BEGIN PGP PUBLIC KEY BLOCK-----); `gpg --armor --export` makes one',
    };
  }
  const fingerprints: string[] = [];
  for (const [, kind, inner = ''] of blocks) {
    if (kind !== 'PGP PUBLIC KEY BLOCK')
      return { problem: `it holds a ${String(kind)}, and not only public keys` };
    const bytes = unarmored(inner);
    const read = bytes === undefined ? damaged : readBinaryKeys(bytes);
    if ('problem' in read) return read;
    fingerprints.push(...read.fingerprints);
  }
  return fingerprints.length === 0 ? { problem: 'it holds no public key' } : { fingerprints };
}

const damaged: ReadKeys = { problem: 'its key is damaged' };

/** The same of keys that are not in armor, as `gpg --export` gives them. */
export function readBinaryKeys(bytes: Uint8Array): ReadKeys {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.toString('latin1', 8, 12) === 'KBXf')
    return { problem: 'it is a keybox of gpg, which apt cannot read; `gpg --export` makes a file of keys' };
  const packets = packetsOf(buffer);
  if (packets === undefined || packets.length === 0) return damaged;
  if (packets.some(({ tag }) => tag === 5 || tag === 7)) return { problem: 'it holds a secret key' };
  const keys = packets.filter(({ tag }) => tag === 6);
  return keys.length === 0
    ? { problem: 'it holds no public key' }
    : { fingerprints: keys.map(({ body }) => fingerprintOf(body)) };
}

/** Is it text, with or without keys in armor? The first byte of a packet has its highest bit set, that of a keybox none. */
export function isText(bytes: Uint8Array): boolean {
  const [first = 0x20] = bytes;
  return first >= 0x09 && first < 0x80;
}

/** The bytes between the lines of an armor, behind its headers; undefined if its checksum does not fit. */
function unarmored(inner: string): Buffer | undefined {
  const lines = inner.split(/\r?\n/).map((line) => line.trim());
  const start = lines.findIndex((line, index) => index > 0 && line === '');
  const body = lines.slice(start + 1).filter((line) => line !== '');
  const sum = body.findIndex((line) => line.startsWith('='));
  const base64 = body.slice(0, sum === -1 ? undefined : sum).join('');
  if (start === -1 || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined;
  const bytes = Buffer.from(base64, 'base64');
  if (sum === -1) return bytes;
  return Buffer.from((body[sum] ?? '').slice(1), 'base64').equals(crc24(bytes)) ? bytes : undefined;
}

function crc24(bytes: Buffer): Buffer {
  let crc = 0xb704ce;
  for (const byte of bytes) {
    crc ^= byte << 16;
    for (let bit = 0; bit < 8; bit += 1) {
      crc <<= 1;
      if ((crc & 0x1000000) !== 0) crc ^= 0x1864cfb;
    }
  }
  return Buffer.from([(crc >> 16) & 0xff, (crc >> 8) & 0xff, crc & 0xff]);
}

interface Packet {
  readonly tag: number;
  readonly body: Buffer;
}

/** Splits a stream of packets; undefined if it ends too early, or has parts of unknown length. */
function packetsOf(bytes: Buffer): readonly Packet[] | undefined {
  const packets: Packet[] = [];
  let at = 0;
  while (at < bytes.length) {
    const head = bytes[at] ?? 0;
    if ((head & 0x80) === 0) return undefined;
    const isNew = (head & 0x40) !== 0;
    const length = isNew ? newLength(bytes, at + 1) : oldLength(bytes, at + 1, head & 3);
    if (length === undefined || length.from + length.size > bytes.length) return undefined;
    packets.push({
      tag: isNew ? head & 0x3f : (head >> 2) & 0x0f,
      body: bytes.subarray(length.from, length.from + length.size),
    });
    at = length.from + length.size;
  }
  return packets;
}

interface Length {
  readonly from: number;
  readonly size: number;
}

function newLength(bytes: Buffer, at: number): Length | undefined {
  const first = bytes[at];
  if (first === undefined) return undefined;
  if (first < 192) return { from: at + 1, size: first };
  if (first < 224) return { from: at + 2, size: ((first - 192) << 8) + (bytes[at + 1] ?? 0) + 192 };
  return first === 255 && at + 5 <= bytes.length
    ? { from: at + 5, size: bytes.readUInt32BE(at + 1) }
    : undefined;
}

function oldLength(bytes: Buffer, at: number, type: number): Length | undefined {
  const size = [1, 2, 4][type];
  return size === undefined || at + size > bytes.length
    ? undefined
    : { from: at + size, size: bytes.readUIntBE(at, size) };
}

function fingerprintOf(body: Buffer): string {
  const version = body[0] ?? 0;
  const length = Buffer.alloc(version >= 5 ? 4 : 2);
  if (version >= 5) length.writeUInt32BE(body.length);
  else length.writeUInt16BE(body.length & 0xffff);
  const lead = Buffer.from([version >= 6 ? 0x9b : version === 5 ? 0x9a : 0x99]);
  return createHash(version >= 5 ? 'sha256' : 'sha1')
    .update(Buffer.concat([lead, length, body]))
    .digest('hex')
    .toUpperCase();
}
