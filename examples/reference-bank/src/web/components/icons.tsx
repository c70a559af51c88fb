const PATHS = {
  accounts: 'M3 10.5 12 4l9 6.500M5 10v8M19 10v8M9.500 10v8M14.500 10v8M3 20h18',
  transfer: 'M4 8h14m0 0-4-4m4 4-4 4M20 16H6m0 0 4-4m-4 4 4 4',
  transactions: 'M6 3h12v18l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6',
  security: 'M12 3 5 6v5.500c0 4.300 2.900 7.900 7 9.500 4.100-1.600 7-5.200 7-9.500V6zM9 12l2.200 2.200L15.500 10',
  operator: 'M4 6h16v10H4zM9 20h6M12 16v4M8 10.500l2 1.500-2 1.500M12.500 13.500H16',
  keyboard: 'M3 7h18v11H3zM7 11h.01M10.500 11h.01M14 11h.01M17.500 11h.01M8 14.500h8',
  card: 'M3 6h18v13H3zM3 10h18M9 6v13M15 6v13M3 14.500h18',
  lock: 'M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3M12 15v2',
  pause: 'M9 6v12M15 6v12',
  check: 'M5 12.500 10 17 19 7.500',
} as const;

export type IconName = keyof typeof PATHS;

/** A line drawing beside a text that says the same. */
export function Icon({ name, className = 'icon' }: { name: IconName; className?: string }) {
  return (
    <svg className={className} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
