import { randomBytes } from 'node:crypto';

/** A new run's name. By names runs sort by time, to the millisecond, on the hosts and in the records here. */
export function runName(): string {
  const time = new Date().toISOString().replaceAll(/[-:.]/g, '');
  return `${time}-${randomBytes(4).toString('hex')}`;
}
