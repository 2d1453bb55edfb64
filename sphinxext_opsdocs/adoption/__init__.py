"""What a project has before it uses opsdocs: classes, owners and folders of its pages, guessed."""
