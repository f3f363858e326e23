"""The command `lynceus`: one sub-command a module of this package."""

from importlib import import_module

import click

# in the order of the help: name and first line, so that help imports no numerics
SUBCOMMANDS = {
    "catalog": "Build and release the catalogue, from your raw tables or a simulated sky.",
    "query": "Ask the database in SQL.",
    "explain": "Show every factor of one source's match probabilities.",
    "match": "Match any catalogues, described in a settings file.",
    "download": "Download raw tables from the archives.",
    "sky": "Simulate a sky.",
    "release": "Write a release of the built database.",
    "origin": "List the models that a released column comes from.",
    "papers": "Write the tables and figures of the papers for the built catalogue.",
    "compare": "Compare the matches with published tables of best, alternate and ambiguous ones.",
    "real": "Measure on the published tables and write results/.",
}


class _Commands(click.Group):
    """Sub-commands, each imported when it is called."""

    def list_commands(self, context):
        return list(SUBCOMMANDS)

    def get_command(self, context, name):
        return (
            getattr(import_module(f"lynceus.commands.{name}"), name)
            if name in SUBCOMMANDS
            else None
        )

    def invoke(self, context):
        """Run the command; what the machine refuses is one line."""
        try:
            return super().invoke(context)
        except Exception as error:
            from lynceus.refusals import refusal

            reason = refusal(error)
            if reason is None:
                raise
            raise click.ClickException(reason) from None

    def format_commands(self, context, formatter):
        with formatter.section("Commands"):
            formatter.write_dl(list(SUBCOMMANDS.items()))


@click.command(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="lynceus")
def main():
    """For every X-ray source: which optical source it is, and what it is.

    `lynceus COMMAND --help` shows the options of a command and an example.
    """


def example(*lines):
    """Return the end of a command's help: an example, line by line as it is."""
    return "Example:\n\n\b\n" + "\n".join(f"    {line}" for line in lines)
