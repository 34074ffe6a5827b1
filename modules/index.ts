// Made by scripts/make-module-index.mjs from the folders beside it; the gate checks it.
export * from './files/file.ts';
export * from './network/bond.ts';
export * from './network/ipvs.ts';
export * from './system/command.ts';
export * from './system/kernel-module.ts';
export * from './system/sysctl.ts';
