import type { ReactNode } from 'react';

/** A passage that stands out. `status` and `alert` are also read out when they appear. */
export function Notice({
  tone,
  title,
  live = 'none',
  children,
}: {
  tone: 'info' | 'good' | 'warning' | 'danger';
  title?: string;
  live?: 'none' | 'status' | 'alert';
  children: ReactNode;
}) {
  return (
    <div className={`notice notice-${tone}`} role={live === 'none' ? undefined : live}>
      {title ? <p className="notice-title">{title}</p> : null}
      {typeof children === 'string' ? <p>{children}</p> : children}
    </div>
  );
}
