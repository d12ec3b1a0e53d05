// The editor of a cell: CodeMirror with just what a short piece of Python needs, in the book's own colours of code.
import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { pythonLanguage } from "@codemirror/lang-python";
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState, StateEffect, StateField, Transaction } from "@codemirror/state";
import { Decoration, drawSelection, EditorView, highlightSpecialChars, keymap } from "@codemirror/view";
import { tagHighlighter, tags } from "@lezer/highlight";

// The classes that the static page's code has, too: one set of colours for both.
const colours = tagHighlighter([
  { tag: [tags.keyword, tags.controlKeyword, tags.definitionKeyword], class: "k" },
  { tag: tags.moduleKeyword, class: "kn" },
  { tag: tags.operatorKeyword, class: "ow" },
  { tag: [tags.bool, tags.null], class: "kc" },
  { tag: tags.function(tags.definition(tags.variableName)), class: "nf" },
  { tag: tags.definition(tags.className), class: "nc" },
  { tag: [tags.string, tags.special(tags.string)], class: "s2" },
  { tag: tags.number, class: "mi" },
  { tag: tags.comment, class: "c1" },
  {
    tag: [tags.operator, tags.arithmeticOperator, tags.compareOperator, tags.definitionOperator, tags.updateOperator],
    class: "o",
  },
]);

const markLine = StateEffect.define();
const marked = StateField.define({
  create: () => Decoration.none,
  update(marks, change) {
    for (const effect of change.effects) {
      if (!effect.is(markLine)) continue;
      const { doc } = change.state;
      const known = effect.value >= 1 && effect.value <= doc.lines;
      const here = known && Decoration.line({ class: "live-line" }).range(doc.line(effect.value).from);
      marks = known ? Decoration.set([here]) : Decoration.none;
    }
    return change.docChanged ? Decoration.none : marks;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** An editor inside `parent`. `run` answers Shift-Enter, `changed(text)` every change, also an undone one. */
export function editor(parent, text, { label, help, run, changed }) {
  const view = new EditorView({
    parent,
    doc: text,
    extensions: [
      history(), drawSelection(), highlightSpecialChars(), bracketMatching(), closeBrackets(), indentOnInput(),
      indentUnit.of("    "), EditorState.tabSize.of(4), pythonLanguage, syntaxHighlighting(colours), marked,
      keymap.of([
        { key: "Escape", run: (view) => (view.setTabFocusMode(2000), false) }, // for two seconds Tab leaves
        { key: "Shift-Enter", run: () => (run(), true) },
        ...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, indentWithTab,
      ]),
      EditorView.contentAttributes.of({
        "aria-label": label, "aria-describedby": help, tabindex: "0", spellcheck: "false", autocapitalize: "off",
      }),
      EditorView.updateListener.of((update) => update.docChanged && changed(update.state.doc.toString())),
    ],
  });
  return {
    text: () => view.state.doc.toString(),
    /** Another text, which Undo takes back. */
    set(next) {
      if (next === view.state.doc.toString()) return;
      const changes = { from: 0, to: view.state.doc.length, insert: next };
      view.dispatch({ changes, annotations: Transaction.userEvent.of("set") });
    },
    /** Show the line an error points at; 0 for none. */
    mark: (line) => view.dispatch({ effects: markLine.of(line) }),
    focus: () => view.focus(),
  };
}
