import type { Report } from '../report/report.ts';
import type { RunFlags } from './run.ts';

/** The report that the flags ask for, on standard output. */
export async function reportFor(flags: Pick<RunFlags, 'output' | 'diff' | 'verbose'>): Promise<Report> {
  const write = (text: string): void => void process.stdout.write(text);
  if (flags.output === 'json') return (await import('../report/json.ts')).jsonReport(write);
  const { plainReport } = await import('../report/plain.ts');
  return plainReport(write, { diff: flags.diff, verbosity: flags.verbose });
}
