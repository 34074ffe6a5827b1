import { buildRouteMap } from '@stricli/core';
import { labBuild } from './lab-build.ts';
import { labDown } from './lab-down.ts';
import { labSsh } from './lab-ssh.ts';
import { labStatus } from './lab-status.ts';
import { labUp } from './lab-up.ts';

/** `tsplay lab` */
export const lab = buildRouteMap({
  docs: { brief: 'Virtual machines to try playbooks on, with real kernels' },
  routes: { build: labBuild, up: labUp, ssh: labSsh, status: labStatus, down: labDown },
});
