import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import { inventoryError } from '../errors/inventory.ts';
import { checkNames, readNames } from './data-names.ts';
import { addLayer, type Draft } from './draft.ts';
import type { Locate } from './inventory.ts';
import { checkShape } from './schema.ts';
import type { HostData } from './shape.ts';

/** Where things stand in the data of a source. */
export interface Places {
  /** The place of a key or a list item. */
  readonly locate: Locate;
  /** The place of a value. */
  readonly locateValue: Locate;
}

/**
 * Adds the data of a source to an inventory, or all that is wrong with it.
 *
 * @param file - the file that it comes from; key files are relative to it
 */
export function addData(draft: Draft, data: unknown, file: string, { locate, locateValue }: Places): void {
  const names = readNames(data);
  const shape = checkShape(data);
  const problems = [...(shape.problems ?? []), ...checkNames(names, draft.groups.keys())];
  if (shape.data === undefined || problems.length > 0) {
    for (const { path, problem } of problems) {
      draft.problems.push(
        inventoryError('inventory-invalid', { path: path.join('.'), problem }, { where: locate(path) }),
      );
    }
    return;
  }
  const { hosts = {}, groups = {}, vars } = shape.data;
  const at = (...path: readonly string[]) => ({
    where: () => locate(path),
    vars: (below: readonly string[]) => locateValue([...path, 'vars', ...below]),
  });
  const all = draft.group('all', at().where);
  addLayer(all.layers, 'all', vars, at().vars);
  for (const [name, { vars, ...settings }] of Object.entries(hosts)) {
    const { where, vars: places } = at('hosts', name);
    const host = draft.host(name, where);
    host.settings = { ...host.settings, ...withFiles(settings, file) };
    addLayer(host.layers, undefined, vars, places);
    all.hosts.add(name);
  }
  for (const [name, { hosts = [], children = [], vars }] of Object.entries(groups)) {
    const { where, vars: places } = at('groups', name);
    const group = draft.group(name, where);
    addLayer(group.layers, name, vars, places);
    for (const [index, host] of hosts.entries()) {
      draft.host(host, at('groups', name, 'hosts', `${index}`).where);
      group.hosts.add(host);
    }
    for (const child of children) group.children.add(child);
  }
}

function withFiles(settings: Omit<HostData, 'vars'>, source: string): Omit<HostData, 'vars'> {
  const file = (path: string): string => resolve(dirname(source), path.replace(/^~(?=\/)/, homedir()));
  const { identityFiles, knownHostsFiles, sshConfigFile } = settings;
  return {
    ...settings,
    ...(identityFiles !== undefined && { identityFiles: identityFiles.map(file) }),
    ...(knownHostsFiles !== undefined && { knownHostsFiles: knownHostsFiles.map(file) }),
    ...(sshConfigFile !== undefined && sshConfigFile !== 'none' && { sshConfigFile: file(sshConfigFile) }),
  };
}
