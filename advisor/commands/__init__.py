"""The commands of the command line, one a module; what each needs is imported when it runs, so that help is instant."""
