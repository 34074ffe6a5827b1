export { labBuild } from './build.ts';
export { labDown } from './down.ts';
export { labInventory } from './inventory.ts';
export { labSsh } from './ssh.ts';
export { labStatus, type LabStatus } from './status.ts';
export { labReset, labUp, type UpOptions } from './up.ts';
export type { LabGuest } from './state.ts';
export type { Tell } from './tell.ts';
