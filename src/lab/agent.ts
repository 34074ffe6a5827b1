import { labError } from '../errors/lab.ts';
import { connectWhenThere } from './line-socket.ts';

/** The command channel into one guest, which needs no network there. */
export interface Agent {
  /** Waits for the agent's greeting after a boot. A resumed guest gives none. */
  booted(): Promise<void>;
  /** Runs one line of shell as root and gives what it printed. Throws if its status is not 0. */
  run(line: string): Promise<string>;
  close(): void;
}

/** Connects to the agent's port at `path`. Everything must be over before `deadline`. */
export async function openAgent(guest: string, path: string, deadline: AbortSignal): Promise<Agent> {
  const silent = (what: string) => labError('lab-guest-silent', { guest, what });
  const socket = await connectWhenThere(path, deadline);
  if (!socket) throw silent('agent');

  /** Everything up to the record that ends an answer, and what that record says. */
  const answer = async (what: string): Promise<readonly [output: string, record: string]> => {
    const output: string[] = [];
    for (;;) {
      const line = await socket.next();
      if (line === undefined) throw silent(what);
      if (line.startsWith('\x1e')) return [output.join('\n').trim(), line.slice(1)];
      output.push(line);
    }
  };
  return {
    async booted() {
      await answer('boot');
    },
    async run(line) {
      socket.send(line);
      const [output, status] = await answer(line);
      if (status !== '0') throw labError('lab-guest-refused', { guest, command: line, output });
      return output;
    },
    close: () => socket.close(),
  };
}
