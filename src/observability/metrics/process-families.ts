/** What every exporter of Prometheus tells of its own process, as far as the platform knows. */
import { readdirSync, readFileSync } from 'node:fs';
import { type Family, gauge, type Sample } from './text-format.ts';

export function processFamilies(startedAt: Date): Family[] {
  const { user, system } = process.cpuUsage();
  return [
    {
      name: 'process_cpu_seconds_total',
      type: 'counter',
      help: 'Processor time, of the system and of the program itself.',
      samples: [{ labels: {}, value: (user + system) / 1e6 }],
    },
    gauge('process_resident_memory_bytes', {
      help: 'Memory in use.',
      samples: one(process.memoryUsage.rss()),
    }),
    gauge('process_start_time_seconds', {
      help: 'When the process began, in Unix time.',
      samples: one(startedAt.getTime() / 1000),
    }),
    gauge('process_open_fds', { help: 'Files and connections that are open.', samples: one(openFiles()) }),
    gauge('process_max_fds', {
      help: 'How many files and connections may be open.',
      samples: one(filesMax()),
    }),
  ];
}

const one = (value: number | undefined): Sample[] => (value === undefined ? [] : [{ labels: {}, value }]);

function openFiles(): number | undefined {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return undefined;
  }
}

function filesMax(): number | undefined {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1')) ?? [];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}
