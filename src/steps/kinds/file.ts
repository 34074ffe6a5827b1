import { Secret } from '../../secrets/secret.ts';
import type { StepWriter } from '../compile/step-writer.ts';
import { digestOf, isLong, LocalFile, type Content } from '../content.ts';
import { plainPath } from '../path.ts';
import { quote } from '../sh.ts';
import { compileGoingLive, type GoingLive } from './going-live.ts';
import type { StepOptions } from './step-options.ts';

export interface FileStep extends StepOptions, GoingLive {
  readonly kind: 'file';
  readonly what: string;
  readonly path: string;
  /** Undefined: there must be no such file. */
  readonly content: Content | undefined;
  readonly mode: string | undefined;
  readonly owner: string | undefined;
  /**
   * What a file that is there comes to: kept with its content, so that only mode and owner are seen to; or needed, which is the
   * same where one that is missing is an error.
   */
  /** The file of the host whose content it has. Then `content` says nothing. */
  readonly from?: string | undefined;
  readonly existing?: 'kept' | 'needed' | undefined;
}

/** A file with this content. */
export function file(
  path: string,
  step: StepOptions &
    GoingLive & {
      content: Content;
      mode?: string | undefined;
      owner?: string | undefined;
      from?: string | undefined;
      existing?: FileStep['existing'];
    },
): FileStep {
  const { content, mode, owner, ...options } = step;
  const plain = plainPath(path);
  return {
    kind: 'file',
    what: plain,
    path: plain,
    content,
    // As stat prints it.
    mode: mode === undefined ? undefined : Number.parseInt(mode, 8).toString(8),
    owner,
    lifetime: 'disk',
    ...(content instanceof Secret ? { secret: true } : {}),
    ...options,
  };
}

/** No file of this name. A symbolic link goes itself; a folder is refused. */
export function noFile(path: string, options: StepOptions = {}): FileStep {
  const plain = plainPath(path);
  return {
    kind: 'file',
    what: plain,
    path: plain,
    content: undefined,
    mode: undefined,
    owner: undefined,
    lifetime: 'disk',
    ...options,
  };
}

export function compileFile(step: FileStep, to: StepWriter): void {
  const path = quote(step.path);
  if (step.content === undefined) {
    to.call('ts_file_gone', path);
    return;
  }
  const { from } = step;
  const content = from === undefined ? printed(step.content, to) : `cat -- ${quote(from)}`;
  to.function('f', `content of ${step.what}`, content);
  compileGoingLive(step, to, {
    k: step.existing,
    e: step.existing === 'needed' ? true : undefined,
    c: from,
  });
  if (from !== undefined) {
    watched(from, step, to);
    watched(step.path, step, to);
    to.call('ts_copy', path, quote(step.mode ?? ''), quote(step.owner ?? ''), quote(from));
    return;
  }
  to.call('ts_file', path, quote(step.mode ?? ''), quote(step.owner ?? ''), ...digest(step, to));
}

/** What a file is made of: what is here, or what comes when the host asks for it. */
function printed(content: Content, to: StepWriter): string {
  if (!(content instanceof LocalFile)) return to.print(content);
  to.asksFor(content);
  return 'ts_body';
}

/**
 * What the file's digest should be, for the one reading of all files. That of a secret travels beside the program, as
 * the secret does: who has it can try what it may be of.
 */
function digest(step: FileStep, to: StepWriter): readonly string[] {
  const { path, content, mode, owner } = step;
  // Long files are read only when it is their turn; names that sha256sum writes otherwise are, too.
  if (content === undefined) return [];
  if (mode !== undefined || owner !== undefined) to.part.files.owned = true;
  if (isLong(content) || isOddName(path)) return [];
  watched(path, step, to);
  const sum = digestOf(content);
  return [content instanceof Secret ? to.secret(sum, '_SUM') : sum];
}

/** The one reading of all files looks at it, too. */
function watched(path: string, { mode, owner }: FileStep, to: StepWriter): void {
  if (mode !== undefined || owner !== undefined) to.part.files.owned = true;
  if (!isOddName(path)) to.part.files.paths.add(path);
}

/** Whether sha256sum writes this name otherwise than it is. */
export function isOddName(path: string): boolean {
  return /[\\\n]/.test(path);
}
