#!/bin/sh
# Shown above dracut's emergency shell where the first boot stopped it.
if systemctl is-failed --quiet lockstep-firstboot.service; then
    while read -r lockstep_tty _; do
        cat /usr/lib/lockstep/emergency.txt > "/dev/$lockstep_tty" 2> /dev/null
    done < /proc/consoles
fi
