import { createHash } from 'node:crypto';

const part = (bytes: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};

const line = (type: string, comment: string, ...parts: readonly Buffer[]): string =>
  `${type} ${Buffer.concat([Buffer.from(type), ...parts].map(part)).toString('base64')} ${comment}`;

/** Public keys that nobody has the private ones of: another comment makes another key. */
export const keys = {
  ed25519: (comment: string): string =>
    line('ssh-ed25519', comment, createHash('sha256').update(comment).digest()),
  rsa: (comment: string): string =>
    line(
      'ssh-rsa',
      comment,
      Buffer.from([1, 0, 1]),
      Buffer.alloc(257, createHash('sha512').update(comment).digest()),
    ),
};
