import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { loadingError } from '../../errors/loading.ts';
import { TsplayErrors } from '../../errors/tsplay-error.ts';
import { isCurrent, makeManifest } from './manifest.ts';
import { compilerPath, findProject, findUp, isTsplayItself, ownTsplay, packageRoot } from './project.ts';

/** Checks and emits these files, unless nothing has changed since it was last done. Gives the folder of the output. */
export async function checkAndEmit(files: readonly string[]): Promise<string> {
  const project = findProject(files[0] ?? process.cwd());
  const store = join(project, '.tsplay', 'build');
  const name = createHash('sha1').update(files.join('\n')).digest('hex').slice(0, 12);
  const folder = join(store, name);
  const version = await versionStamp();
  if (await isCurrent(join(folder, 'manifest.json'), version)) return folder;

  await mkdir(store, { recursive: true });
  await writeFile(join(project, '.tsplay', '.gitignore'), '*\n');
  // Built beside and renamed, so that two runs at once never see each other's half.
  const fresh = `${folder}.${process.pid}`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(join(fresh, 'node_modules'), { recursive: true });
  await writeFile(join(fresh, 'package.json'), '{ "type": "module" }\n');
  await symlink(packageRoot, join(fresh, 'node_modules', 'tsplay'), 'junction');
  const config = await writeConfig(project, fresh, files);
  try {
    const inputs = await runCompiler(fresh, project);
    const manifest = await makeManifest(version, [...inputs, ...config]);
    await writeFile(join(fresh, 'manifest.json'), JSON.stringify(manifest));
    const old = `${folder}.old-${process.pid}`;
    await rename(folder, old).catch(() => {});
    await rename(fresh, folder).catch(() => {});
    await rm(old, { recursive: true, force: true });
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return folder;
}

async function versionStamp(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8')) as {
    version: string;
  };
  return `1 ${version} ${compilerPath()}`;
}

/** Extends the user's own tsconfig; gives the files that the configuration depends on. */
async function writeConfig(
  project: string,
  folder: string,
  files: readonly string[],
): Promise<readonly string[]> {
  const holder = findUp(dirname(files[0] ?? project), 'tsconfig.json');
  const own = holder === undefined ? undefined : join(holder, 'tsconfig.json');
  const visible = ownTsplay(project) !== undefined || (await isTsplayItself(project));
  const types = (entry: string): string[] => [join(packageRoot, 'dist', entry)];
  const config = {
    ...(own === undefined ? {} : { extends: own }),
    compilerOptions: {
      ...(own === undefined
        ? {
            strict: true,
            noUncheckedIndexedAccess: true,
            target: 'es2023',
            lib: ['es2023'],
            skipLibCheck: true,
            types: [],
          }
        : {}),
      ...(visible
        ? {}
        : {
            paths: {
              tsplay: types('src/index.d.ts'),
              'tsplay/modules': types('modules/index.d.ts'),
              'tsplay/steps': types('src/steps/index.d.ts'),
            },
          }),
      // Playbooks are ES modules, whatever the package.json above them says; nodenext would believe that.
      module: 'esnext',
      moduleResolution: 'bundler',
      moduleDetection: 'force',
      allowImportingTsExtensions: true,
      rewriteRelativeImportExtensions: true,
      noEmit: false,
      noEmitOnError: true,
      sourceMap: true,
      declaration: false,
      composite: false,
      incremental: false,
      noUnusedLocals: false,
      noUnusedParameters: false,
      // The whole path is kept below the output folder, so that every source has one known place there.
      rootDir: '/',
      outDir: folder,
    },
    files,
    include: [],
    exclude: [],
  };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
  return own === undefined ? [] : [own];
}

/** Runs the native compiler; gives the files that it read, or throws what it found wrong. */
async function runCompiler(folder: string, cwd: string): Promise<readonly string[]> {
  const args = ['-p', join(folder, 'tsconfig.json'), '--pretty', 'false', '--listFiles'];
  const { output, failed } = await new Promise<{ output: string; failed: boolean }>((settle) => {
    execFile(compilerPath(), args, { cwd, maxBuffer: 1 << 26 }, (error, stdout, stderr) =>
      settle({ output: stdout + stderr, failed: error !== null }),
    );
  });
  const lines = output.split('\n');
  if (!failed) return lines.filter((line) => line.startsWith('/'));
  const problems = lines.flatMap((line) => {
    const found = /^(.+?)\((\d+),(\d+)\): error (TS\d+): (.*)$/.exec(line);
    if (found === null) return [];
    const [, file = '', row, column, code = '', message = ''] = found;
    const where = { file: resolve(cwd, file), line: Number(row), column: Number(column) };
    return [loadingError('type-error', { code, message }, { where })];
  });
  if (problems.length > 0) throw new TsplayErrors(problems);
  throw loadingError('compiler-failed', { output: output.slice(0, 2000) });
}
