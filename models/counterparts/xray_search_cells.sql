-- Each X-ray source once per sky cell that its search circle touches.
{{ touched_cells(ref('xray_positions'), ['xray_key', 'ra', 'dec', 'xray_epoch']) }}
