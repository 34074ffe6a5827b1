import { play, v } from 'tsplay';
import { sysctl } from 'tsplay/modules';
import { motd } from './roles/motd/index.ts';

/** What every web server has. The variables come from the inventory, and are checked before anything connects. */
export default play(
  'Site',
  { hosts: 'web', become: true, vars: v.object({ contact: v.string(), swappiness: v.number() }) },
  ({ host, vars }) => {
    motd({ name: host.name, contact: vars.contact });
    sysctl('vm.swappiness', { value: vars.swappiness });
  },
);
