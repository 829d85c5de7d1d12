/** What every exporter of Prometheus tells of its own process, as far as the platform knows. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Family } from './text-format.ts';

export function processFamilies(startedAt: Date): Family[] {
  const { user, system } = process.cpuUsage();
  return [
    {
      name: 'process_cpu_seconds_total',
      type: 'counter',
      help: 'Processor time, of the system and of the program itself.',
      samples: [{ labels: {}, value: (user + system) / 1e6 }],
    },
    gauge('process_resident_memory_bytes', 'Memory in use.', process.memoryUsage.rss()),
    gauge('process_start_time_seconds', 'When the process began, in Unix time.', startedAt.getTime() / 1000),
    gauge('process_open_fds', 'Files and connections that are open.', openFiles()),
    gauge('process_max_fds', 'How many files and connections may be open.', filesMax()),
  ];
}

function gauge(name: string, help: string, value: number | undefined): Family {
  return { name, type: 'gauge', help, samples: value === undefined ? [] : [{ labels: {}, value }] };
}

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
