/** Gives the browser a file to save. */
export function saveFile(content: string, options: { name: string; type: string }): void {
  const url = URL.createObjectURL(new Blob([content], { type: options.type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = options.name;
  document.body.append(link);
  link.click();
  link.remove();
  // The download has its own hold on the data once the click was dispatched.
  URL.revokeObjectURL(url);
}
