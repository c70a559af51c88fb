/** The bank's mark: a fern on a hill. Decorative wherever the name stands beside it. */
export function Mark({ className = 'mark' }: { className?: string }) {
  return (
    <svg className={className} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect className="mark-ground" width="32" height="32" rx="8" />
      <path className="mark-hill" d="M4 27c5-7 10-9.500 15-9.500S27 20 28 21.500V24a4 4 0 0 1-4 4H8a4 4 0 0 1-4-1z" />
      <path className="mark-stem" d="M11 26C12 17 15 10 22.500 5.500" />
      <path
        className="mark-leaf"
        d="M12.200 20.500c-3.200.3-5.300-.8-6.200-2.700 2.500-1.200 5.200-.6 6.700 1M13.600 16c-2.800-.2-4.500-1.500-5-3.500 2.400-.7 4.700.3 5.800 2.100M16 11.800c-2-.8-3-2.300-2.900-4.200 2.100.1 3.800 1.400 4.200 3M12.600 19.200c2.300 1.900 4.900 2 6.800.6-1.500-2.200-4-2.900-6.300-2.300M14.400 14.900c2.100 1.300 4.300 1.100 5.800-.4-1.600-1.700-3.700-2-5.500-1.300M17 10.700c1.800.7 3.500.2 4.500-1.200-1.500-1.200-3.200-1.200-4.200-.4"
      />
    </svg>
  );
}
