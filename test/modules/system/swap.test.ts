import { describe, expect, it } from 'vitest';
import { swap } from '../../../modules/index.ts';
import { problemsOf } from '../../support/modules.ts';

describe('options', () => {
  const called = (path: string, options: object) => (): void =>
    void (swap as (name: string, options: object) => unknown)(path, options);
  it.each([
    ['swapfile', { size: 1 }, [/^the path must be absolute, not 'swapfile'$/]],
    ['/a/../b', { size: 1 }, [/^the path must not go up by/]],
    ['/a b', { size: 1 }, [/^the path must have no blanks and backslashes/]],
    ['/proc/x', { size: 1 }, [/^nothing in \/proc\/x can be swapped to$/]],
    ['/dev/vdb', { size: 1 }, [/^a device has the size that it has: leave size out$/]],
    ['/swapfile', { size: 0.5, priority: -1 }, [/^size must be a whole number/, /^priority must be a whole/]],
    ['/swapfile', { state: 'absent', size: 1 }, [/^size makes no sense with state: 'absent'$/]],
  ] as const)('%s %j', async (path, options, expected) => {
    expect(await problemsOf(called(path, options))).toEqual(
      expected.map((one) => expect.stringMatching(one)),
    );
  });
});
