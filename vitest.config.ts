import { defineConfig } from 'vitest/config';

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
          maxWorkers: '100%',
        },
      },
      {
        test: {
          name: 'host',
          include: ['test/host/**/*.test.ts'],
          testTimeout: 300_000,
          maxWorkers: '100%',
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
