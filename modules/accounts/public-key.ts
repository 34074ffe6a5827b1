import { option, type OptionRule } from '../../src/steps/index.ts';

/** Types that sshd still takes, as it names them. */
const types = [
  'ssh-ed25519',
  'ssh-rsa',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'sk-ssh-ed25519@openssh.com',
  'sk-ecdsa-sha2-nistp256@openssh.com',
];

/** A public key as `ssh-keygen` writes it. */
export interface PublicKey {
  /** The key itself, in base64. */
  readonly blob: string;
  /** Type, key and comment, with one blank between them. */
  readonly line: string;
}

/** The parts of a public key that has been checked. */
export function publicKey(text: string): PublicKey {
  const [type = '', blob = '', ...comment] = text.trim().split(/ +/);
  return { blob, line: [type, blob, ...comment].join(' ') };
}

/** One line with a public key: type, key, comment. */
export const keyRule: OptionRule = (name, value) => {
  if (typeof value !== 'string')
    return [`${name} must be the text of a public key, not ${option.shown(value)}`];
  // Not shown: it is what nobody should see.
  if (value.includes('PRIVATE KEY'))
    return [`${name} is a private key; give the public one, of the file with .pub`];
  const text = value.trim();
  const wrong = option.line()(name, text);
  if (wrong.length > 0) return wrong;
  const [type = '', blob = ''] = text.split(/ +/);
  if (!types.includes(type)) {
    const inside = types.some((one) => text.includes(` ${one} `));
    return [
      inside
        ? `${name} begins with options; give these by the option 'options'`
        : `${name} must begin with the type of a key (${types.slice(0, 3).join(', ')}, …), not ${option.quoted(type)}`,
    ];
  }
  return isBlob(blob, type) ? [] : [`${name} is not a whole key of type ${type}: ${option.quoted(blob)}`];
};

/** The bytes of a key begin with the name of its type, and each part with its length. */
function isBlob(blob: string, type: string): boolean {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(blob) || blob.length % 4 !== 0) return false;
  const bytes = Buffer.from(blob, 'base64');
  let at = 0;
  let parts = 0;
  while (at + 4 <= bytes.length) {
    const length = bytes.readUInt32BE(at);
    if (parts === 0 && bytes.toString('latin1', 4, 4 + length) !== type) return false;
    at += 4 + length;
    parts += 1;
  }
  return at === bytes.length && parts >= 2;
}
