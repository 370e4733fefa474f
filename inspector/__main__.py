"""`python -m inspector` and the console script."""


def main() -> None:
    """Run the command line."""
    from inspector.cli.main import run

    run()


if __name__ == "__main__":
    main()
