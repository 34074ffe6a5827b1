import type { TsplayEvent } from '../events.ts';
import { concealed, ConcealedText, hasSecrets } from './conceal.ts';

/**
 * Keeps secrets out of what is told of a run, whoever printed them: a command may print what it was given. Output comes
 * in pieces, of which the end waits where it could be the beginning of a secret.
 */
export function concealing(tell: (event: TsplayEvent) => void): (event: TsplayEvent) => void {
  const waiting = new Map<string, Waiting>();
  const flush = (host: string): void => {
    for (const [key, { text, event }] of waiting) {
      if (event.host !== host) continue;
      const rest = text.end();
      if (rest !== '') tell({ ...event, text: rest });
      waiting.delete(key);
    }
  };
  return (event) => {
    if (!hasSecrets()) {
      tell(event);
      return;
    }
    if (event.type !== 'output') {
      if ('host' in event && event.host !== undefined) flush(event.host);
      tell(deeply(event));
      return;
    }
    const key = `${event.host}\0${event.stream}`;
    const { text } = waiting.get(key) ?? { text: new ConcealedText() };
    waiting.set(key, { text, event });
    const now = text.push(event.text);
    if (now !== '') tell({ ...event, text: now });
  };
}

interface Waiting {
  readonly text: ConcealedText;
  readonly event: Extract<TsplayEvent, { readonly type: 'output' }>;
}

function deeply<T>(value: T): T {
  if (typeof value === 'string') return concealed(value) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, one]) => [key, deeply(one as unknown)]);
  return (Array.isArray(value) ? entries.map(([, one]) => one) : Object.fromEntries(entries)) as T;
}
