import { play, rc, v } from 'tsplay';
import { command, file } from 'tsplay/modules';
import { virtualService, virtualServiceDirector } from './roles/virtual-service.ts';

/**
 * Puts a new release on the servers behind a director, a few at a time, so that no request is lost: each is drained (it
 * gets no new connections, and its open ones may end), updated, asked whether it answers, and gets connections again.
 *
 *     tsplay run playbooks/rolling.ts -i prod -e release=1.1
 *
 * The first server goes alone, the others by quarters. A server where the update fails stays without connections; if
 * that happens to all of a batch, the run ends there, and the other servers go on with the old release.
 *
 * `app.service` is whatever answers on port 80 and reads `/etc/app.release` when it starts. `/etc/app.serving` is written
 * last: a run that was cut off anywhere before is made good by the next one.
 */
const vars = v.object({
  web: virtualService,
  director: v.string(),
  release: v.string(),
  address: v.string(),
});

/** Addresses of the servers that are being updated, or where that has failed. All hosts have it in common. */
const out = new Set<string>();

export default play(
  'Rolling update',
  { hosts: 'servers', become: true, serial: [1, '25%'], vars },
  async ({ vars, on }) => {
    const [address = ''] = vars.address.split('/');
    const serving = await command('serving', {
      run: ['cat', '/etc/app.serving'],
      reads: true,
      failedWhen: rc.notIn(0, 1),
    }).result();
    if (serving.stdout.trim() === vars.release) return;

    // Behind a barrier, so when this server's turn has come: what stands before the first one is built for all servers.
    out.add(address);
    await on(vars.director, () => virtualServiceDirector('web', vars.web, { out }));

    const release = file('/etc/app.release', { content: `${vars.release}\n`, mode: '0644' });
    command('restart', { run: ['systemctl', 'restart', 'app.service'], when: release.changed });
    command('answers', {
      run: ['nc', '-z', address, '80'],
      reads: true,
      until: rc.in(0),
      retries: 30,
      delay: 1,
      when: release.changed,
    });

    // A barrier before it: where something has failed, this is not come to.
    out.delete(address);
    await on(vars.director, () => virtualServiceDirector('web', vars.web, { out }));
    file('/etc/app.serving', { content: `${vars.release}\n`, mode: '0644' });
  },
);
