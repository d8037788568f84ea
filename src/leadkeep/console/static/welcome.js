// Times are shown by the clock of whoever begins here.

const field = document.querySelector('input[name="time_zone"]');
if (field) field.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
