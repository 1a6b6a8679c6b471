"""What the commands of a script do to policy, services, registry and files, and which are not followed."""
