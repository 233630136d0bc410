"""Completion of the command line by the shell: the script that asks for it, and what it answers."""

from __future__ import annotations

from collections.abc import Iterable

import click
from click.shell_completion import CompletionItem, get_completion_class

VARIABLE = "_AUDITOR_COMPLETE"


def _items(words: Iterable[tuple[str, str]], typed: str, before: str = "") -> list[CompletionItem]:
    return [CompletionItem(before + word, help=meaning) for word, meaning in words if word.startswith(typed)]


def complete_files(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Files and folders, as the shell knows them."""
    return [CompletionItem(incomplete, type="file")]


def complete_profiles(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The names of the limit profiles."""
    from auditor.profiles import load, names

    return _items(((name, load(name).title) for name in names()), incomplete)


def complete_languages(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Language tags."""
    from auditor.parse.language import CODES

    return _items(((code, "") for code in sorted(CODES)), incomplete)


def complete_codes(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Rule codes and families; behind a comma the next of a list."""
    from auditor.plugins import all_rules

    before, comma, typed = incomplete.rpartition(",")
    families = {rule.code.rstrip("0123456789"): rule.family.value for rule in all_rules()}
    words = [*families.items(), *((rule.code, rule.name) for rule in all_rules())]
    return _items(words, typed.upper(), before + comma)


def complete_rules(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Rule codes."""
    from auditor.plugins import all_rules

    return _items(((rule.code, rule.name) for rule in all_rules()), incomplete.upper())


def complete_reports(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The kinds of report, those of plug-ins with the distribution they come from: none is imported for this."""
    from auditor.reports import REPORTS, plugin_kinds

    ours = [(kind, report.purpose) for kind, report in REPORTS.items()]
    return _items([*ours, *((kind, plugin.origin) for kind, plugin in plugin_kinds().items())], incomplete)


@click.command(short_help="Print the script that makes a shell complete commands and options.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> int:
    """Print the completion script of a shell: commands, options, report kinds, profiles, rule codes, languages.

    \b
    bash   eval "$(auditor completion bash)"    in ~/.bashrc
    zsh    eval "$(auditor completion zsh)"     in ~/.zshrc, after compinit
    fish   auditor completion fish > ~/.config/fish/completions/auditor.fish
    """
    kind = get_completion_class(shell)
    assert kind is not None  # the choice above names the shells click knows
    root = click.get_current_context().find_root().command
    click.echo(kind(root, {}, "auditor", VARIABLE).source())
    return 0
