import type { LocalFile } from './content.ts';

/** Something in a folder of the controller. */
export type SourceEntry =
  | {
      readonly kind: 'file';
      /** Relative to the source, between slashes; empty: the source itself. */
      readonly path: string;
      /** Permissions in octal, without special bits. */
      readonly mode: string;
      /** Reads it: its size and digest. */
      file(): LocalFile;
    }
  | { readonly kind: 'folder'; readonly path: string; readonly mode: string }
  | { readonly kind: 'link'; readonly path: string; readonly target: string };
