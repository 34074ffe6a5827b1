// Programs of other distributions that tests run on hosts of their own: Debian packages of them, unpacked below the user's
// cache, since installed ones would change this machine. Prints the folder of each layer that is named, or makes all.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Each list is asked for by itself, with what it needs: some packages refuse to be installed beside others, which unpacking
// does not mind. `alone`: a program of a package that needs much for the others.
const layers = {
  managers: {
    lists: [['dnf', 'dnf-plugins-core', 'createrepo-c', 'rpm'], ['zypper'], ['pacman-package-manager']],
    alone: ['makepkg'],
  },
  openrc: { lists: [['openrc']], alone: [] },
  // The command line only: what answers it in the tests is podman.
  docker: { lists: [], alone: ['docker.io'] },
};

const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'tsplay', 'layers');
const recipe = createHash('sha256').update(fs.readFileSync(fileURLToPath(import.meta.url)));
const version = recipe.digest('hex').slice(0, 12);

function aptGet(words, cwd) {
  const settings = ['Debug::NoLocking=1', 'APT::Sandbox::User=root', `Dir::Cache::archives=${cwd}`];
  const options = ['-qq', ...settings.flatMap((setting) => ['-o', setting])];
  return (
    spawnSync('apt-get', [...options, ...words], { cwd, stdio: ['ignore', 'ignore', 'inherit'] }).status === 0
  );
}

/** Fetches packages into a folder. Where that fails, the lists of packages may be old. */
function fetch(words, folder) {
  if (aptGet(words, folder)) return;
  if (!aptGet(['update'], folder) || !aptGet(words, folder))
    throw new Error(`apt-get ${words.join(' ')} failed`);
}

function unpack(archive, tree) {
  const left = ['doc', 'man', 'locale', 'info', 'lintian'].map((name) => `--exclude=./usr/share/${name}/*`);
  const script =
    'archive=$1 tree=$2; shift 2; dpkg-deb --fsys-tarfile "$archive" | tar -x -C "$tree" --keep-directory-symlink "$@"';
  execFileSync('sh', ['-c', script, 'sh', archive, tree, ...left]);
}

/** The folder of a layer, made if it is not there. Whoever comes second while it is made makes his own. */
function layer(name) {
  const folder = join(cache, `${name}-${version}`);
  if (fs.existsSync(folder)) return folder;
  const [made, archives] = [`${folder}.${process.pid}`, `${folder}.${process.pid}.archives`];
  fs.mkdirSync(join(archives, 'partial'), { recursive: true });
  for (const list of layers[name].lists)
    fetch(['install', '-y', '-d', '--no-install-recommends', ...list], archives);
  for (const one of layers[name].alone) fetch(['download', one], archives);
  // As on this machine, where these are links.
  for (const part of ['bin', 'sbin', 'lib', 'lib64']) {
    fs.mkdirSync(join(made, 'usr', part), { recursive: true });
    fs.symlinkSync(`usr/${part}`, join(made, part));
  }
  for (const file of fs.readdirSync(archives)) if (file.endsWith('.deb')) unpack(join(archives, file), made);
  finish[name]?.(made);
  fs.rmSync(archives, { recursive: true });
  try {
    fs.renameSync(made, folder);
  } catch (error) {
    if (!fs.existsSync(folder)) throw error;
    fs.rmSync(made, { recursive: true });
  }
  return folder;
}

const finish = {
  managers(tree) {
    const write = (path, text) => {
      fs.mkdirSync(dirname(join(tree, path)), { recursive: true });
      fs.writeFileSync(join(tree, path), text);
    };
    // Where the distributions that live by rpm have it; Debian keeps it in the home of root.
    write('etc/rpm/macros', '%_dbpath /var/lib/rpm\n');
    // Each takes its time at each start, and one stands in the way of signatures.
    const plugins = join(tree, 'usr/lib/python3/dist-packages/dnf-plugins');
    for (const name of fs.readdirSync(plugins)) if (name !== 'versionlock.py') fs.rmSync(join(plugins, name));
    // Else each run would write what Python has compiled.
    spawnSync('python3', ['-m', 'compileall', '-q', '-s', tree, '-p', '/', join(tree, 'usr/lib/python3')]);
  },
};

const asked = process.argv.slice(2);
for (const name of asked.length > 0 ? asked : Object.keys(layers)) process.stdout.write(`${layer(name)}\n`);
