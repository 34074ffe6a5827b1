import { createHash } from 'node:crypto';
import { Secret } from '../../secrets/secret.ts';
import type { ProgramTask } from '../../steps/program.ts';

/**
 * What a task is, in few characters: the same only while its user, its steps and what judges it are. Undefined for one that
 * has secrets: whether these are the same must not be seen in a record.
 */
export function taskDigest({ id, user, steps, judge }: ProgramTask): string | undefined {
  let hasSecret = false;
  const text = JSON.stringify(
    [id, user, steps, judge?.toString()],
    function (this: object, key, value: unknown) {
      if (Reflect.get(this, key) instanceof Secret) hasSecret = true;
      return value;
    },
  );
  return hasSecret ? undefined : createHash('sha256').update(text).digest('hex').slice(0, 24);
}
