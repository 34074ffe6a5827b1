import { defineModule, option, type OptionRules, type Secret } from '../../../src/steps/index.ts';

interface Message {
  /** A text; it may have several lines. */
  readonly message: string | Secret;
  readonly value?: never;
}

interface Value {
  readonly message?: never;
  /** Any value of the playbook: variables, facts, results. Shown as JSON; secrets in it are not shown. */
  readonly value: unknown;
}

/** Options of {@link debug}. */
export type DebugOptions = Message | Value;

const options: OptionRules<DebugOptions> = {
  message: option.text,
  value: () => [],
};

/**
 * Says something in every report, whatever its verbosity, where the run comes to it; with `when`, only where that holds.
 * It is never a change and costs the host nothing. What a command prints shows with `-v`.
 *
 * @example debug('uplinks', { value: vars.uplinks })
 * @example debug('reminder', { message: 'the old key is still accepted', when: key.changed })
 */
export const debug = defineModule<DebugOptions>('debug', {
  options,
  check(_name, o, problem) {
    if ('message' in o === 'value' in o) problem('give either message or value');
    else if ('value' in o && shown(o.value) === undefined)
      problem('value cannot be shown: it leads back to itself');
  },
  steps: () => [],
  says: (_name, o) => ('value' in o ? shown(o.value) : String(o.message)),
});

/** As JSON, with what JSON has no form for as a text. */
function shown(value: unknown): string | undefined {
  try {
    return JSON.stringify(value, (_key, one: unknown) => plain(one), 2) ?? String(value);
  } catch {
    return undefined;
  }
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint' || typeof value === 'function' || typeof value === 'symbol')
    return String(value);
  if (value instanceof Map) return Object.fromEntries(value);
  return value instanceof Set ? [...value] : value;
}
