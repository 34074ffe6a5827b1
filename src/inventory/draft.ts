import type { TsplayError, Place } from '../errors/tsplay-error.ts';
import type { Layer, Locate, Warning } from './inventory.ts';
import type { HostData, Vars } from './shape.ts';

/** How to reach a host. Files have their full paths. */
export type HostSettings = Omit<HostData, 'vars'>;

/** A host as far as sources have told of it. */
export interface HostDraft {
  settings: HostSettings;
  readonly where: () => Place | undefined;
  /** What sources give it, the later ones stronger. */
  readonly layers: Layer[];
  /** What files under `host_vars/` give it; they are stronger. */
  readonly files: Layer[];
  /** The same beside the playbook, stronger still. */
  readonly playbookFiles: Layer[];
}

/** A group as far as sources have told of it. */
export interface GroupDraft {
  readonly where: () => Place | undefined;
  readonly hosts: Set<string>;
  readonly children: Set<string>;
  /** Among groups of the same depth, those with a higher one are stronger. */
  priority: number;
  readonly layers: Layer[];
  readonly files: Layer[];
  readonly playbookFiles: Layer[];
}

/** An inventory that is being put together, one source after the other. */
export class Draft {
  readonly hosts = new Map<string, HostDraft>();
  readonly groups = new Map<string, GroupDraft>();
  readonly problems: TsplayError[] = [];
  readonly warnings: Warning[] = [];
  #hasUngrouped = false;

  constructor() {
    this.group('all', () => undefined);
  }

  /** Whether hosts that are in no other group are in the group `ungrouped`. */
  get hasUngrouped(): boolean {
    return this.#hasUngrouped;
  }

  /** A source of Ansible is going to be added, where such hosts are in `ungrouped`. */
  addUngrouped(): void {
    this.#hasUngrouped = true;
    this.group('all', () => undefined).children.add('ungrouped');
    this.group('ungrouped', () => undefined);
  }

  /** The host of a name, which exists from then on. */
  host(name: string, where: HostDraft['where']): HostDraft {
    let host = this.hosts.get(name);
    if (host === undefined) {
      host = { settings: {}, where, layers: [], files: [], playbookFiles: [] };
      this.hosts.set(name, host);
    }
    return host;
  }

  /** The group of a name, which exists from then on. */
  group(name: string, where: GroupDraft['where']): GroupDraft {
    let group = this.groups.get(name);
    if (group === undefined) {
      group = {
        where,
        hosts: new Set(),
        children: new Set(),
        priority: 1,
        layers: [],
        files: [],
        playbookFiles: [],
      };
      this.groups.set(name, group);
    }
    return group;
  }
}

/** Adds variables to the layers of a group, or of a host where no group is named. Of none, there is no layer. */
export function addLayer(
  to: Layer[],
  group: string | undefined,
  vars: Vars | undefined,
  locate: Locate,
): void {
  if (vars !== undefined && Object.keys(vars).length > 0) to.push({ group, vars, locate });
}
