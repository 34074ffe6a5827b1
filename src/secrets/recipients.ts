import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { secretError } from '../errors/secrets.ts';
import { TsplayErrors, type TsplayError } from '../errors/tsplay-error.ts';
import { conceal } from './conceal.ts';
import { foldersUp } from '../playbook/load/project.ts';

/** The file that says whom to encrypt for, beside what it is for or above it. */
export const recipientsName = '.age-recipients';

/**
 * The recipients for what stands in a folder: those of the nearest `.age-recipients` in it or above it, as far as the
 * project goes. One that lies above the project is nobody's word on whom to trust.
 */
export async function recipientsFor(folder: string): Promise<readonly string[]> {
  const above = foldersUp(folder);
  const root = above.findIndex(
    (one) => existsSync(join(one, '.git')) || existsSync(join(one, 'package.json')),
  );
  const within = above.slice(0, Math.max(root, 0) + 1);
  const found = within.map((one) => join(one, recipientsName)).find((file) => existsSync(file));
  if (found === undefined) throw secretError('no-recipients', { folder, root: within.at(-1) ?? folder });
  return readRecipients(found);
}

/** The recipients in a file: one a line, as age itself reads them. */
export async function readRecipients(file: string): Promise<readonly string[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw secretError('recipients-unreadable', { file, problem: (cause as Error).message }, { cause });
  }
  const { Encrypter } = await import('age-encryption');
  const problems: TsplayError[] = [];
  const recipients = new Set<string>();
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const where = { file, line: index + 1, column: raw.indexOf(line) + 1 };
    try {
      new Encrypter().addRecipient(line);
      recipients.add(line);
    } catch {
      // It may be a secret key, and lines around a problem are shown.
      conceal(line);
      problems.push(secretError('bad-recipient', { problem: problemOf(line) }, { where }));
    }
  }
  if (problems.length > 0) throw new TsplayErrors(problems);
  if (recipients.size === 0) throw secretError('recipients-unreadable', { file, problem: 'it names nobody' });
  return [...recipients];
}

function problemOf(line: string): string {
  if (line.startsWith('ssh-')) return 'this is a key of ssh, and tsplay encrypts for keys of age only';
  if (/^AGE-SECRET-KEY-/i.test(line)) return 'this is a secret key; what belongs here is its recipient';
  return line.startsWith('age1')
    ? 'this recipient is damaged'
    : 'this is no recipient of age, which begins with age1';
}
