import type { TsplayEvent } from '../events.ts';
import { failureLines, pathFrom } from './failure-lines.ts';
import { cuttable, span, whole, type Line } from './line.ts';
import { OutputLines } from './output-lines.ts';
import { originLine } from './origin-line.ts';
import { leftLine } from './left-line.ts';
import { recapLines, type Mode, type SessionEvent } from './recap-lines.ts';
import type { ReportOptions } from './report.ts';
import { forgetTry } from './step-lines.ts';
import { taskLines, type TaskContext, type TaskEvent, type TaskLog } from './task-lines.ts';
import { Timings } from './timings.ts';

/** Milliseconds after which a run has taken long. */
const long = 30_000;

/** Tasks that are named as the slowest. */
const mostSlow = 5;

/** What the lines are made with: one reads files, the other is heavy, so both are given. */
export type LineTools = Pick<TaskContext, 'frame' | 'differ'>;

/** How the lines look. Colours are for those who print them; differences come with the tools. */
export interface LineOptions extends Pick<ReportOptions, 'verbosity' | 'cwd'> {
  /** The run is over, and the reader may not know who ran it. */
  readonly past?: boolean;
}

/**
 * Turns the events of one run into the lines that a person reads. What belongs to a task is told when the task
 * ends, so that the lines of hosts that run side by side do not mix; only live output comes as it comes.
 */
export class EventLines {
  readonly #context: LineOptions & LineTools;
  readonly #tasks = new Map<string, TaskLog>();
  readonly #sessions = new Map<string, SessionEvent>();
  readonly #timings = new Timings(mostSlow);
  #mode: Mode = 'run';
  #run: string | undefined;
  /** Whether `--rerun` would find it, if it is on record. */
  #hasPlaybook = false;
  readonly #left = new Set<string>();
  #recorded = false;

  constructor({ verbosity, cwd, past = false }: LineOptions, { frame, differ }: LineTools) {
    this.#context = { verbosity, cwd, past, frame, differ };
  }

  /** The lines that one more event brings. */
  lines(event: TsplayEvent): readonly Line[] {
    const { verbosity, past } = this.#context;
    this.#timings.event(event);
    switch (event.type) {
      case 'run':
        this.#mode = event.mode;
        this.#run = event.run;
        this.#hasPlaybook = event.playbook !== undefined;
        return [this.#title(event)];
      case 'origin':
        this.#recorded = event.record !== undefined;
        return verbosity > 0 || past === true ? [originLine(event)] : [];
      case 'play':
        return [whole(span(`play ${event.play}`, 'strong'), `: ${hostCount(event.hosts.length)}`)];
      case 'batch': {
        const { number, of, hosts } = event;
        return [cuttable(span(`batch ${number} of ${of}`, 'strong'), `: ${hosts.join(', ')}`)];
      }
      case 'left':
        for (const host of event.hosts) this.#left.add(host);
        return [leftLine(event)];
      case 'host':
        return verbosity > 1 ? [cuttable(`${event.host}: `, span(event.state, 'dim'))] : [];
      case 'unreachable': {
        const head = whole(`${event.host}: `, span('UNREACHABLE', 'bad'));
        return [head, ...failureLines(event.error, this.#context)];
      }
      case 'output':
        return this.#live(event, this.#log(event)[event.stream].push(event.text));
      case 'step':
        this.#log(event).steps.push(event);
        return [];
      case 'task':
        return this.#task(event);
      case 'retry':
        forgetTry(this.#log(event).steps);
        return [
          cuttable(
            `${event.host}: `,
            span('retry', 'unknown'),
            ` ${event.task} in ${event.delay} s (${event.left} left): ${event.reason}`,
          ),
        ];
      case 'message':
        return event.message
          .split('\n')
          .map((text) => cuttable(`${event.host}: ${event.task}: `, span(text, 'strong')));
      case 'warning': {
        const who = [event.host, event.task].filter((name) => name !== undefined);
        return [whole(...who.map((name) => `${name}: `), span('warning: ', 'unknown'), event.message)];
      }
      case 'session':
        if (verbosity > 0) this.#sessions.set(event.host, event);
        return [];
      case 'summary':
        return [
          ...recapLines(
            { hosts: event.hosts, left: this.#left },
            this.#mode,
            this.#sessions,
            this.#shownTimings(),
          ),
          ...(past === true ? [] : this.#moreLines(event)),
        ];
      case 'task-start':
      case 'progress':
        return [];
    }
  }

  /** Where it took long, or somebody wants to know more, they ask what took so long. */
  #shownTimings(): Timings | undefined {
    return this.#context.verbosity > 0 || this.#timings.took >= long ? this.#timings : undefined;
  }

  /** Where somebody has to look into it: how to see all that happened. */
  #moreLines({ hosts }: Extract<TsplayEvent, { type: 'summary' }>): readonly Line[] {
    if (!this.#recorded) return [];
    const bad = Object.values(hosts).some(({ failed, unreachable }) => failed > 0 || unreachable);
    const rerun = this.#left.size > 0 && this.#mode === 'run' && this.#hasPlaybook;
    return [
      ...(rerun ? ['to go on where something is left: the same with --rerun left'] : []),
      ...(bad && this.#context.verbosity === 0
        ? [`all that happened: tsplay show ${this.#run ?? 'last'} -v`]
        : []),
    ].map((text) => whole(span(text, 'dim')));
  }

  #title(event: Extract<TsplayEvent, { type: 'run' }>): Line {
    const book = event.playbook === undefined ? '' : `${pathFrom(this.#context.cwd, event.playbook)} `;
    const text = ` ${book}on ${event.inventory}: ${hostCount(event.hosts.length)}, ${event.time}`;
    return whole(span(event.mode, 'strong'), text);
  }

  #task(event: TaskEvent): readonly Line[] {
    const { host } = event;
    const log = this.#log(event);
    this.#tasks.delete(keyOf(event));
    return [
      ...this.#live({ host, stream: 'stdout' }, log.stdout.end()),
      ...this.#live({ host, stream: 'stderr' }, log.stderr.end()),
      ...taskLines(event, log, { ...this.#context, mode: this.#mode }),
    ];
  }

  #live(
    { host, stream }: { host: string; stream: 'stdout' | 'stderr' },
    texts: readonly string[],
  ): readonly Line[] {
    if (this.#context.verbosity === 0) return [];
    const prefix = stream === 'stdout' ? `    ${host} | ` : `    ${host} stderr | `;
    return texts.map((text) => cuttable(span(prefix, 'dim'), text));
  }

  #log(event: { readonly host: string; readonly task: string }): TaskLog {
    const key = keyOf(event);
    let log = this.#tasks.get(key);
    if (log === undefined) {
      log = { steps: [], stdout: new OutputLines(), stderr: new OutputLines() };
      this.#tasks.set(key, log);
    }
    return log;
  }
}

function keyOf({ host, task }: { readonly host: string; readonly task: string }): string {
  return `${host}\0${task}`;
}

function hostCount(count: number): string {
  return count === 1 ? '1 host' : `${count} hosts`;
}
