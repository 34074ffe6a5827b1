import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect } from 'vitest';
import { eventStream } from '../../support/event-stream.ts';
import type { Ended } from './ssh-masters.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** A run of the command line and what it told. */
export interface ToldRun extends Ended {
  /** All events, as the lines of standard output have them. */
  readonly events: readonly Readonly<Record<string, unknown>>[];
}

/** A folder with playbooks that are run by the command line, as a user would, in the lab of this test file. */
export interface LabProject {
  readonly dir: string;
  write(name: string, text: string): void;
  /** Runs the command line. Never throws for its status. */
  cli(...args: readonly string[]): Promise<Ended>;
  /** Runs or checks a playbook in the lab. Throws if it was not even started. */
  play(mode: 'run' | 'check', playbook: string, ...args: readonly string[]): Promise<ToldRun>;
}

/** This checkout as a project: its playbooks and inventories. */
export function thisProject(): LabProject {
  return projectIn(root);
}

/** Makes a project for the tests of this file; it goes with them. */
export function labProject(): LabProject {
  const dir = mkdtempSync(join(tmpdir(), 'tsplay-lab-'));
  mkdirSync(join(dir, 'node_modules'));
  symlinkSync(root, join(dir, 'node_modules/tsplay'));
  writeFileSync(join(dir, 'package.json'), '{"type":"module"}');
  afterAll(() => rmSync(dir, { recursive: true }));
  return projectIn(dir);
}

function projectIn(dir: string): LabProject {
  const cli: LabProject['cli'] = (...args) =>
    new Promise((resolve) => {
      execFile(
        process.execPath,
        [join(root, 'dist/src/cli/main.js'), ...args],
        { cwd: dir, maxBuffer: 1 << 26 },
        (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
      );
    });
  return {
    dir,
    write: (name, text) => writeFileSync(join(dir, name), text),
    cli,
    async play(mode, playbook, ...args) {
      const ended = await cli(mode, playbook, '-i', 'lab', '--output', 'json', ...args);
      if (ended.stdout === '') throw new Error(`${mode} ${playbook}: ${ended.stderr}`);
      return { ...ended, events: eventStream(ended.stdout) as unknown as ToldRun['events'] };
    },
  };
}

/** The statuses of one host's tasks, by id. Throws with all events if one of them failed. */
export function taskStatuses({ events, stdout, stderr }: ToldRun, host: string): ReadonlyMap<string, string> {
  const told = new Map<string, string>();
  for (const event of events) {
    if (event['host'] !== host) continue;
    if (event['type'] === 'unreachable' || event['status'] === 'failed')
      throw new Error(`${stderr}${stdout}`);
    if (event['type'] === 'task') told.set(String(event['task']), String(event['status']));
  }
  return told;
}

/** What a check said may be, so that a run keeps to it: what is unknown may become anything. */
export const asPredicted = (predicted: object): unknown =>
  JSON.parse(JSON.stringify(predicted), (_key, value: unknown) =>
    value === 'unknown' ? expect.any(String) : value,
  );
