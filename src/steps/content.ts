import { createHash } from 'node:crypto';
import { fingerprint, reveal, Secret } from '../secrets/secret.ts';

/**
 * A file of the controller as it was when the play was built. Its bytes are not held here, and go to a host only where
 * the file there differs.
 */
export class LocalFile {
  readonly path: string;
  readonly size: number;
  /** In hexadecimal. */
  readonly sha256: string;

  constructor(path: string, size: number, sha256: string) {
    this.path = path;
    this.size = size;
    this.sha256 = sha256;
  }
}

/** What a file can be made of: text, secret text, bytes, or a file of the controller. */
export type Content = string | Secret | Uint8Array | LocalFile;

/** What goes along in the program itself. */
export type InlineContent = Exclude<Content, LocalFile>;

/** Content as text, where it is text in UTF-8; else undefined. */
export function textOf(content: InlineContent): string | undefined {
  if (content instanceof Secret) return reveal(content);
  if (typeof content === 'string') return content;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return undefined;
  }
}

/** The SHA-256 of content, in hexadecimal. */
export function digestOf(content: Content): string {
  if (content instanceof LocalFile) return content.sha256;
  const bytes = content instanceof Secret ? reveal(content) : content;
  return createHash('sha256').update(bytes).digest('hex');
}

/** Whether it takes so long to read that it should not be done twice. */
export function isLong(content: Content): boolean {
  if (content instanceof LocalFile) return content.size > 1 << 26;
  return (content instanceof Secret ? reveal(content) : content).length > 1 << 20;
}

/** Tells two contents apart in a message, and says nothing about a secret. */
export function contentMark(content: Content): string {
  return typeof content === 'string' || content instanceof Secret
    ? fingerprint(content)
    : `sha256 ${digestOf(content)}`;
}

/** Content for the `printf` of a shell; what its strings cannot hold goes as octal escapes. */
export function forPrintf(content: InlineContent): { readonly format: '%s' | '%b'; readonly text: string } {
  const text = textOf(content);
  if (text !== undefined)
    return text.includes('\0') ? { format: '%b', text: escaped(text, /[\\\0]/g) } : { format: '%s', text };
  const bytes = Buffer.from(content as Uint8Array).toString('latin1');
  return { format: '%b', text: escaped(bytes, /[\\\0\x80-\xff]/g) };
}

function escaped(text: string, odd: RegExp): string {
  return text.replaceAll(odd, (one) =>
    one === '\\' ? '\\\\' : `\\0${one.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
}
