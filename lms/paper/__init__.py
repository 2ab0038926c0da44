"""Paper: pages set as PDF by a child process, for certificates and for what is printed from lists."""
