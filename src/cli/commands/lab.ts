import { buildRouteMap } from '@stricli/core';
import { labBuild } from './lab-build.ts';
import { labDown } from './lab-down.ts';
import { labSsh } from './lab-ssh.ts';
import { labStatus } from './lab-status.ts';
import { labUp } from './lab-up.ts';

/** `tsplay lab` */
export const lab = buildRouteMap({
  docs: {
    brief: 'Virtual machines to try playbooks on, with real kernels',
    fullDescription: [
      'Virtual machines to try playbooks on, with real kernels. They need neither root, KVM nor Docker once the lab',
      'is built.',
      '',
      'Example: tsplay lab up 3 && tsplay run playbooks/site.ts -i lab',
    ].join('\n'),
  },
  routes: { build: labBuild, up: labUp, ssh: labSsh, status: labStatus, down: labDown },
});
