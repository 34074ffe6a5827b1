import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** More than there are cores: many tests wait for what they have started, for a third of their time. */
const maxWorkers = Math.ceil(availableParallelism() * 1.5);

/** Three kinds of test: `unit` needs nothing, `host` a real sshd on loopback, `lab` real kernels. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/host/**', 'test/lab/**', 'test/fixtures/**'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          maxWorkers,
        },
      },
      {
        test: {
          name: 'host',
          include: ['test/host/**/*.test.ts'],
          testTimeout: 300_000,
          maxWorkers,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: 'lab',
          include: ['test/lab/**/*.test.ts'],
          testTimeout: 900_000,
          hookTimeout: 600_000,
          // Each file has a lab of its own, and a guest needs a core.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
