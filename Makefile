# placeholder until the commands stand
