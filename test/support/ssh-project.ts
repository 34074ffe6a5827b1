import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { startCli, type Ended } from './cli.ts';
import { playbookProject, type PlaybookProject } from './playbook-project.ts';
import { startSshd, type Sshd } from './sshd.ts';

/** A project with an inventory `test` of hosts that are reached over SSH. */
export interface SshProject extends PlaybookProject {
  readonly sshd: (host: string) => Sshd;
  /** Runs tsplay in it with these words. */
  readonly tsplay: (...words: readonly string[]) => Promise<Ended>;
  /**
   * Takes the newest run on a host back by its own journal. `tsplay rollback` looks for the newest of all users of this
   * machine, which other tests have too.
   */
  readonly undo: (host: string) => void;
  readonly close: () => Promise<void>;
}

/**
 * Makes one. The hosts share this machine, but each has a server, and keeps what tsplay leaves, for itself.
 *
 * @param more - lines of the inventory for each host
 */
export async function sshProject(hosts: readonly string[], more = ''): Promise<SshProject> {
  const project = playbookProject();
  const servers = await Promise.all(
    hosts.map((host) => startSshd([`SetEnv TS_HOME=${project.at(`state-${host}`)}`])),
  );
  const entries = servers.map((sshd, index) =>
    (sshd.inventory(hosts[index] ?? '') + more).replace(/^hosts:\n/, ''),
  );
  project.write('inventory/test.yaml', `hosts:\n${entries.join('')}`);
  return {
    ...project,
    sshd(host) {
      const sshd = servers[hosts.indexOf(host)];
      if (sshd === undefined) throw new Error(`no host ${host}`);
      return sshd;
    },
    tsplay: (...words) => startCli(words, { cwd: project.dir }).ended,
    undo(host) {
      const runs = project.at(`state-${host}/runs`);
      const newest = readdirSync(runs).toSorted().at(-1) ?? '';
      execFileSync('sh', [join(runs, newest, 'undo.sh')], { stdio: 'pipe' });
    },
    async close() {
      await Promise.all(servers.map((sshd) => sshd.close()));
      project.remove();
    },
  };
}
