// Labelled inputs with a hint and an error that screen readers hear.
import { Eye, EyeOff } from 'lucide-react';
import { useId, useState, type ComponentProps, type ReactNode } from 'react';
import { cx } from './cx';

const box =
  'h-11 w-full min-w-0 rounded-xl border bg-surface px-3.5 text-base text-ink placeholder:text-soft transition-[border-color] duration-150 hover:border-line-strong focus:border-cobalt focus:outline-2 focus:outline-offset-0 focus:outline-cobalt/40 disabled:opacity-60';

interface Labelled {
  label: string;
  hint?: ReactNode;
  error?: string | null | undefined;
  /** The label is for screen readers alone, where the place says it. */
  hideLabel?: boolean;
}

interface FrameProps extends Labelled {
  id: string;
  className?: string | undefined;
  children: ReactNode;
}

function Frame({ id, label, hint, error, hideLabel, className, children }: FrameProps) {
  return (
    <div className={cx('flex min-w-0 flex-col gap-1.5', className)}>
      <label htmlFor={id} className={hideLabel ? 'sr-only' : 'text-xs font-medium text-ink'}>
        {label}
      </label>
      {children}
      {error ? (
        <p id={`${id}-note`} className="text-xs text-red-text">
          {error}
        </p>
      ) : (
        hint && (
          <p id={`${id}-note`} className="text-xs text-soft">
            {hint}
          </p>
        )
      )}
    </div>
  );
}

const noted = (id: string, { hint, error }: Labelled) => ({
  'aria-invalid': error ? true : undefined,
  'aria-describedby': hint || error ? `${id}-note` : undefined,
});

export interface TextFieldProps extends Labelled, Omit<ComponentProps<'input'>, 'id'> {
  inputClassName?: string;
}

export function TextField({ label, hint, error, hideLabel, className, inputClassName, ...rest }: TextFieldProps) {
  const id = useId();
  const frame = { label, hint, error, ...(hideLabel === undefined ? {} : { hideLabel }) };
  return (
    <Frame id={id} className={className} {...frame}>
      <input id={id} className={cx(box, error ? 'border-red' : 'border-line', inputClassName)} {...noted(id, frame)} {...rest} />
    </Frame>
  );
}

export interface PasswordFieldProps extends TextFieldProps {
  revealLabel: string;
  concealLabel: string;
}

export function PasswordField({ label, hint, error, hideLabel, className, revealLabel, concealLabel, ...rest }: PasswordFieldProps) {
  const id = useId();
  const [shown, setShown] = useState(false);
  const frame = { label, hint, error, ...(hideLabel === undefined ? {} : { hideLabel }) };
  return (
    <Frame id={id} className={className} {...frame}>
      <div className="relative">
        <input
          id={id}
          type={shown ? 'text' : 'password'}
          className={cx(box, 'pr-12', error ? 'border-red' : 'border-line')}
          {...noted(id, frame)}
          {...rest}
        />
        <button
          type="button"
          aria-label={shown ? concealLabel : revealLabel}
          aria-pressed={shown}
          onClick={() => setShown(!shown)}
          className="absolute inset-y-1 right-1 grid w-9 place-items-center rounded-lg text-soft hover:text-ink"
        >
          {shown ? <EyeOff size={18} /> : <Eye size={18} />}
        </button>
      </div>
    </Frame>
  );
}

export interface SelectFieldProps extends Labelled, Omit<ComponentProps<'select'>, 'id'> {
  icon?: ReactNode;
}

export function SelectField({ label, hint, error, hideLabel, icon, className, children, ...rest }: SelectFieldProps) {
  const id = useId();
  const frame = { label, hint, error, ...(hideLabel === undefined ? {} : { hideLabel }) };
  return (
    <Frame id={id} className={className} {...frame}>
      <div className="relative">
        {icon && <span className="pointer-events-none absolute inset-y-0 left-3.5 grid place-items-center text-soft">{icon}</span>}
        <select
          id={id}
          className={cx(box, 'appearance-none truncate pr-9', icon ? 'pl-10' : '', error ? 'border-red' : 'border-line')}
          {...noted(id, frame)}
          {...rest}
        >
          {children}
        </select>
        <svg
          viewBox="0 0 12 12"
          className="pointer-events-none absolute top-1/2 right-3.5 size-3 -translate-y-1/2 text-soft"
          aria-hidden="true"
        >
          <path d="m2 4 4 4 4-4" fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" strokeLinejoin="round" />
        </svg>
      </div>
    </Frame>
  );
}
