// Play walks one slider back and forth; where motion is unwelcome it takes one step a click.

/** `step(direction)` moves one value on and says whether it could; `say` is told what the button reads. */
export function player(step, say) {
  let direction = 1;
  let playing = 0;
  const walk = () => {
    if (step(direction)) return;
    direction = -direction;
    step(direction);
  };
  const stop = () => {
    clearInterval(playing);
    playing = 0;
    say("Play");
  };
  return {
    stop,
    toggle() {
      if (playing) return stop();
      if (matchMedia("(prefers-reduced-motion: reduce)").matches) return walk();
      playing = setInterval(walk, 300);
      say("Pause");
    },
  };
}
