// Completes a command with the folder of this page: its bytes do not depend on the folder's name.

const completeCommand = () => {
  const parts = location.pathname.split("/").slice(0, -1).map(decodeURIComponent);
  const folder = location.protocol === "file:" ? parts.join("/") : parts[parts.length - 1];
  const quoted = /^[\w@%+=:,./-]+$/.test(folder ?? "") ? folder : `'${(folder ?? "").replaceAll("'", "'\\''")}'`;
  for (const command of document.querySelectorAll("[data-folder]")) {
    if (folder) command.textContent += ` -o ${quoted}`;
  }
};
completeCommand();
