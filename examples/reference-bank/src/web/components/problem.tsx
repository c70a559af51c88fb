import { Button } from './button';
import { Notice } from './notice';

/** What a part of a page shows when it could not be loaded. */
export function LoadProblem({ text, onRetry }: { text: string; onRetry: () => void }) {
  return (
    <Notice tone="danger" live="alert">
      <p>{text}</p>
      <div className="actions">
        <Button look="secondary" onClick={onRetry}>
          Try again
        </Button>
      </div>
    </Notice>
  );
}
