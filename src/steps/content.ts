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

/** Tells two contents apart in a message, and says nothing about a secret. */
export function contentMark(content: Content): string {
  if (content instanceof LocalFile) return `sha256 ${content.sha256}`;
  if (!(content instanceof Uint8Array)) return fingerprint(content);
  return `sha256 ${createHash('sha256').update(content).digest('hex')}`;
}
