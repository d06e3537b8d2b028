"""All that touches the world and knows no domain word: files, clock, child processes, ``ssh-keygen``, HTTP."""
